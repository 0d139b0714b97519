"""`python -m tomclip` is the same as `tomclip`."""

from tomclip.cli import main

if __name__ == "__main__":
    main()
