"Who wrote this piece, or is it nobody we know? `composer_embed.Identifier` answers; the command is `composer-embed`."
__version__ = "0.2.0"
__all__ = ['Identifier', 'embed']

import sys
# `python -m` looks for modules in the current folder first, where anything may lie
if sys.argv[:1] == ['-m'] and not getattr(sys.flags, 'safe_path', False): del sys.path[0]

def _with_parameters(found):
    "A class or a function whose docstrings also tell what stands beside the parameters, so that `help` shows it"
    from inspect import isclass
    from fastcore.docments import docments
    public = [getattr(found, name) for name in vars(found) if name[0] != '_'] if isclass(found) else [found]
    for f in (getattr(f, '__func__', f) for f in public if callable(f) and f.__doc__):
        said = '\n'.join(f'{name}: {words}' for name, words in docments(f).items() if words)
        if said: f.__doc__ += f'\n\n{said}'
    return found

def __getattr__(name:str):
    "`Identifier` and `embed`, imported when they are asked for: they need pandas, which is slow to load"
    if name == 'Identifier': from .identify import Identifier as found
    elif name == 'embed': from .listen import embed as found
    else: raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
    globals()[name] = _with_parameters(found)
    return found
