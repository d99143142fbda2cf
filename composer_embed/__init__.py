"Who wrote this piece, or is it nobody we know? `composer_embed.Identifier` answers; the command is `composer-embed`."
__version__ = "0.2.0"
__all__ = ['Identifier']

import sys
# `python -m` looks for modules in the current folder first, where anything may lie
if sys.argv[:1] == ['-m'] and not getattr(sys.flags, 'safe_path', False): del sys.path[0]

def __getattr__(name:str):
    "`Identifier`, imported when it is asked for: it needs torch, which takes seconds to load"
    if name != 'Identifier': raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
    from .identify import Identifier
    return Identifier
