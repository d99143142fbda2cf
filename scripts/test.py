"""What `make test` runs after set-up: are package and notebooks in step, are the notebooks clean, does `nbdev_test` pass?

The first two are tried out on a copy, so nothing in the checkout changes, committed or not. Each notebook then gets an
`nbdev_test` process of its own: a crash in one takes no other with it, and the count at the end is of exit codes.
`JOBS` (default: the cores, at most 4) is how many run at once, each with `OMP_NUM_THREADS` (default 1) threads.
"""
import os, shutil, subprocess, sys, tempfile, time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

root = Path(__file__).resolve().parent.parent
bin_dir = Path(sys.executable).parent
notebooks = sorted(p for p in (root/'nbs').glob('*.ipynb') if p.name[0] not in '_.')
music = root/'data/embedded'   # what the lessons listen to: built once, by all cores
env = dict(os.environ, PATH=f"{bin_dir}{os.pathsep}{os.environ.get('PATH', '')}")
env.pop('IN_TEST', None)   # nbdev_export does nothing where this is set


def nbdev(command, cwd, *args):
    "Run an nbdev command of this environment in `cwd`: exit code and output"
    r = subprocess.run([bin_dir/command, *map(str, args)], cwd=cwd, env=env, text=True, encoding='utf-8', errors='replace',
                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return r.returncode, r.stdout


def differing(made, pattern):
    "Names of the files matching `pattern` that are not the same in the checkout and in the directory `made`"
    names = {p.relative_to(d).as_posix() for d in (root, made) for p in d.glob(pattern) if '.ipynb_checkpoints' not in p.parts}
    read = lambda p: p.read_bytes() if p.exists() else None
    return sorted(n for n in names if read(root/n) != read(made/n))


def in_step():
    "Export and clean a copy, and name every file that this changes"
    with tempfile.TemporaryDirectory() as tmp:
        made = Path(tmp).resolve()/root.name
        for d in 'nbs', 'composer_embed': (made/d).mkdir(parents=True)
        # of the package only the hand-kept __init__.py goes in, so a module that has lost its notebook shows as well
        for p in [root/'settings.ini', root/'pyproject.toml', root/'composer_embed/__init__.py', *notebooks]:
            if p.exists(): shutil.copy(p, made/p.relative_to(root))
        for command in 'nbdev_export', 'nbdev_clean':
            rc, out = nbdev(command, made)
            if rc: sys.exit(f'{out}\nFAILED: {command} ended with exit code {rc}')
        stale = differing(made, 'composer_embed/**/*.py') + differing(made, 'pyproject.toml')
        unclean = [n for n in differing(made, 'nbs/*.ipynb') if Path(n).name[0] not in '_.']
    if stale: print('FAILED: not what nbdev_export makes of the notebooks; change the notebook, then run .venv/bin/nbdev_export:', *stale, sep='\n  ')
    else: print('ok: the package is what nbdev_export makes of the notebooks')
    if unclean: print('FAILED: these notebooks are not clean; run .venv/bin/nbdev_clean:', *unclean, sep='\n  ')
    else: print('ok: the notebooks are clean')
    return not stale and not unclean


def test(notebook):
    start = time.time()
    rc, out = nbdev('nbdev_test', root, '--path', notebook)
    return notebook, rc, out, time.time()-start


def prepare(*args):
    "Run a command of ours, which must end well"
    if subprocess.run([bin_dir/'composer-embed', *map(str, args)], env=env, stdout=subprocess.DEVNULL).returncode: sys.exit(f'FAILED: composer-embed {args[0]}')


def main():
    sys.stdout.reconfigure(line_buffering=True)
    if not notebooks: sys.exit('FAILED: there is no notebook in nbs/')
    if not in_step(): sys.exit('no notebook was run: first bring the above in order')
    env.setdefault('OMP_NUM_THREADS', '1')
    jobs = int(os.environ.get('JOBS') or min(os.cpu_count() or 1, 4))
    print(f'nbdev_test: {len(notebooks)} notebooks, {jobs} at a time', flush=True)
    start, failed = time.time(), []
    for args in ['corpus', 'embedded', '--out', music], ['ingest', music/'known'], ['ingest', music/'unknown']: prepare(*args)
    prepare('identify', *sorted(music.rglob('*.mid')))   # the notes heard are in the cache for all
    with ThreadPoolExecutor(jobs) as pool:   # the later lessons take longest: they start first
        for done in as_completed([pool.submit(test, nb) for nb in reversed(notebooks)]):
            notebook, rc, out, seconds = done.result()
            if rc:
                failed.append(notebook.name)
                print(out.rstrip())
            print(f"{'FAILED' if rc else 'ok'}: {notebook.name} {seconds:.0f} s{f' (exit code {rc})' if rc else ''}", flush=True)
    print(f'{time.time()-start:.0f} s in all')
    if failed: print('FAILED:', *sorted(failed))
    print(f'{len(notebooks)-len(failed)} passed, {len(failed)} failed', flush=True)
    sys.exit(bool(failed))


if __name__ == '__main__':
    try: main()
    except KeyboardInterrupt: os._exit(130)
