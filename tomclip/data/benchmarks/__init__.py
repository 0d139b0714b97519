"""Published benchmarks: pictures with classes, or pictures with captions, in many languages."""
