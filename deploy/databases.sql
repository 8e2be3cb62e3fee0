-- Beside the database that the server makes by itself (sote_tracker): the base, and what people think of it.
CREATE DATABASE sote_knowledge;
CREATE DATABASE sote_feedback;
