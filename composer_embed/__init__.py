"Who wrote this piece, or is it nobody we know? `composer_embed.identify.Identifier` answers; the command is `composer-embed`."
__version__ = "0.1.0"
