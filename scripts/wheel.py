"""What `make wheel` runs: does the package install anywhere, small, and answer there?

An sdist is built from the checkout and a wheel from that sdist. The wheel goes into a fresh virtual environment, which is asked
about a scale from a folder outside of the checkout. The environment must stay below 400 MB, and the answer must load none of the
libraries that only training and pictures take. `PYTHON=/path/to/python make wheel` tries another Python.
"""
import os, shutil, subprocess, sys, tempfile
from pathlib import Path

root = Path(__file__).resolve().parent.parent
MOST = 400   # MB
TRAINING = 'torch', 'torchaudio', 'sklearn', 'matplotlib', 'pytorch_metric_learning', 'mir_eval'
ASK = f"""import sys, composer_embed
answer = composer_embed.Identifier.from_pretrained().identify('scale.mid')
assert answer.status == 'ok', answer
heavy = sorted(set({TRAINING}) & set(sys.modules))
assert not heavy, f'an answer loads {{heavy}}'
print(composer_embed.__file__)
print(answer.verdict)"""
SCALE = """import pretty_midi
pm = pretty_midi.PrettyMIDI()
pm.instruments.append(pretty_midi.Instrument(0))
for i in range(60): pm.instruments[0].notes.append(pretty_midi.Note(80, 60 + i % 12, i/2, (i + 1)/2))
pm.write('scale.mid')"""


def run(*command, cwd, env=None):
    "What a command prints; its failure ends everything"
    done = subprocess.run([str(c) for c in command], cwd=cwd, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode: sys.exit(f'{done.stdout}\nFAILED: {" ".join(map(str, command[:4]))}')
    return done.stdout


def megabytes(folder):
    "How much the files of a folder hold"
    return sum(f.lstat().st_size for f in folder.rglob('*') if f.is_file())/1e6


def environment(python, folder, *packages):
    "The Python of a fresh virtual environment with some packages"
    run(python, '-m', 'venv', folder, cwd=root)
    run(folder/'bin/python', '-m', 'pip', 'install', '-q', '--disable-pip-version-check', *packages, cwd=root)
    return folder/'bin/python'


def main():
    python = os.environ.get('PYTHON', sys.executable)
    with tempfile.TemporaryDirectory() as made:
        made = Path(made).resolve()
        builder = environment(python, made/'builder', 'build')
        clean = made/'checkout'
        shutil.copytree(root, clean, ignore=shutil.ignore_patterns('.git', '.venv', '.uv', 'data', 'nbs', 'build', 'dist', '*.egg-info'))
        run(builder, '-m', 'build', '-o', made/'dist', clean, cwd=made)  # an sdist, and a wheel from it
        wheel, = (made/'dist').glob('*.whl')
        fresh = environment(python, made/'fresh', wheel)
        size = megabytes(made/'fresh')
        outside = made/'outside'
        outside.mkdir()
        env = {k: v for k, v in os.environ.items() if k != 'PYTHONPATH'} | {'COMPOSER_EMBED_CACHE': str(made/'cache')}
        run(fresh, '-c', SCALE, cwd=outside, env=env)
        said = run(fresh, '-c', ASK, cwd=outside, env=env).splitlines()
        if not said[-2].startswith(str(made/'fresh')): sys.exit(f'FAILED: {said[-2]} answered, expected the wheel')
        run(made/'fresh/bin/composer-embed', 'identify', 'scale.mid', cwd=outside, env=env)
    if size > MOST: sys.exit(f'FAILED: the environment has {size:.0f} MB, expected at most {MOST}')
    print(f'ok: {wheel.name} ({run(python, "--version", cwd=root).strip()}) takes {size:.0f} MB with all it needs and says of a scale: {said[-1]}')


if __name__ == '__main__': main()
