"""The verbs: each turns one noun of the model into the next.

One public function a module, and none imports another.
"""
