"""placeholder"""
Texts = None
comparison = None
