"""The nouns: frozen values with no input or output, each module importing only those listed before it.

address, diagnostic, document, evidence, manifest, observation, record, holding, history, change, plan,
outcome, adoption.
"""
