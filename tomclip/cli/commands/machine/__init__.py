"""Commands on this machine: the studio, the cache, data sets, and whether all is in order."""
