"""What a study's page, notebook and document show: tables, sentences, figures and files."""
