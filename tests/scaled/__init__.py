"""The scaled deployment, really running: PostgreSQL, Redis, RabbitMQ, nginx and two workers of each kind."""
