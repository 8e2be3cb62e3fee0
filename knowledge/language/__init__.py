"""One Finnish analysis for index and query: normalisation, morphology, the spaCy pipeline."""
