"""What `make test` runs after set-up: are package and notebooks in step, are the notebooks clean, does `nbdev_test` pass?

The first two are tried out on a copy, so nothing in the checkout changes, committed or not. Meanwhile the embedded corpus is
built and heard once: the notes of its pieces are then in the cache, where every notebook finds them. Each notebook gets an
`nbdev_test` process of its own: a crash in one takes no other with it, and the count at the end is of exit codes. On Linux
these processes are forked from this one, which has imported what takes long to import. Nothing here waits for seconds, so
on a busy machine the tests take longer and end the same.
`JOBS` (default: the cores, at most 4) is how many notebooks run at once, each with `OMP_NUM_THREADS` (default 1) threads.
"""
import atexit, importlib, os, shutil, subprocess, sys, tempfile, time, traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

root = Path(__file__).resolve().parent.parent
bin_dir = Path(sys.executable).parent
notebooks = sorted(p for p in (root/'nbs').glob('*.ipynb') if p.name[0] not in '_.')
LONGEST = '10', '08', '06_', '07', '04', '05_', '06c', '12', '05c', '06b', '13', '05a', '02', '11', '00_', '05b', '09'
HEAVY = 'torch', 'torchaudio', 'pandas', 'scipy.signal', 'matplotlib.pyplot', 'nbdev.test'  # imported once for all
music = root/'data/embedded'   # what the lessons listen to
LISTEN = """import sys
from composer_embed.corpora import embedded_corpus
from composer_embed.listen import ingest
corpus = embedded_corpus(sys.argv[1])
for side in 'known', 'unknown': ingest(corpus/side)
"""
os.environ.pop('IN_TEST', None)   # nbdev_export does nothing where this is set
env = dict(os.environ, PATH=f"{bin_dir}{os.pathsep}{os.environ.get('PATH', '')}")


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


def run_here(notebook, said):
    "Be the process of one notebook, which writes to the file `said`; does not return"
    rc = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for fd in 1, 2: os.dup2(said.fileno(), fd)
        from nbdev.test import nbdev_test
        nbdev_test.__wrapped__(path=notebook)  # without a command line
        rc = 0
    except SystemExit as e: rc = e.code if isinstance(e.code, int) else int(bool(e.code))
    except BaseException: traceback.print_exc()
    finally:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        os._exit(rc)


def start(notebook, said):
    "The id of a process that tests a notebook and writes to the file `said`"
    if sys.platform == 'linux': return os.fork() or run_here(notebook, said)
    return subprocess.Popen([bin_dir/'nbdev_test', '--path', notebook], cwd=root, env=env, stdin=subprocess.DEVNULL,
                            stdout=said, stderr=subprocess.STDOUT).pid


def test_all(jobs):
    "Test all notebooks, so many at a time; yields each when it is done: name, exit code, output, seconds"
    todo, running = sorted(notebooks, key=longest_first), {}
    while todo or running:
        while todo and len(running) < jobs:
            notebook, said = todo.pop(0), tempfile.TemporaryFile('w+', encoding='utf-8', errors='replace')
            running[start(notebook, said)] = notebook, said, time.time()
        pid, status = os.wait()
        if pid not in running: continue
        notebook, said, begun = running.pop(pid)
        said.seek(0)
        yield notebook.name, os.waitstatus_to_exitcode(status), said.read(), time.time() - begun


def prepare():
    "Build the embedded corpus and hear it, with all cores: whether that went well, and what it said"
    r = subprocess.run([sys.executable, '-c', LISTEN, music], cwd=root, env=env, text=True, encoding='utf-8', errors='replace',
                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return r.returncode, r.stdout


def longest_first(notebook):
    "Sorts notebooks by how long they take: one that starts last keeps a core waiting"
    return next((i for i, name in enumerate(LONGEST) if notebook.name.startswith(name)), len(LONGEST)), notebook.name


def main():
    sys.stdout.reconfigure(line_buffering=True)
    if not notebooks: sys.exit('FAILED: there is no notebook in nbs/')
    os.chdir(root)
    sys.path[0] = ''   # nothing shall be imported from scripts/
    env.setdefault('OMP_NUM_THREADS', '1')
    begun, failed = time.time(), []
    with ThreadPoolExecutor(1) as pool:
        listening = pool.submit(prepare)
        ready = in_step()
        rc, out = listening.result()
    if not ready: sys.exit('no notebook was run: first bring the above in order')
    if rc: sys.exit(f'{out.rstrip()}\nFAILED: the embedded corpus could not be built and heard')
    print(f'ok: the embedded corpus is built and heard, {time.time()-begun:.0f} s')
    jobs = int(os.environ.get('JOBS') or min(os.cpu_count() or 1, 4))
    print(f'nbdev_test: {len(notebooks)} notebooks, {jobs} at a time')
    if sys.platform == 'linux':
        os.environ.update(env)
        for name in HEAVY: importlib.import_module(name)
    for name, rc, out, seconds in test_all(jobs):
        if rc:
            failed.append(name)
            print(out.rstrip())
        print(f"{'FAILED' if rc else 'ok'}: {name} {seconds:.0f} s{f' (exit code {rc})' if rc else ''}")
    print(f'{time.time()-begun:.0f} s in all')
    if failed: print('FAILED:', *sorted(failed))
    print(f'{len(notebooks)-len(failed)} passed, {len(failed)} failed', flush=True)
    sys.exit(bool(failed))


if __name__ == '__main__':
    try: main()
    except KeyboardInterrupt: os._exit(130)
