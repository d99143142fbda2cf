"Hands what settings.ini declares to setuptools; everything else stands in pyproject.toml."
from configparser import ConfigParser
from pathlib import Path
from setuptools import setup

ini = ConfigParser(delimiters=['='])
ini.read(Path(__file__).with_name('settings.ini'), encoding='utf-8')
cfg = ini['DEFAULT']
pythons = [f'3.{minor}' for minor in range(int(cfg['min_python'].split('.')[1]), 14)]

setup(
    version=cfg['version'], description=cfg['description'], keywords=cfg['keywords'].split(),
    author=cfg['author'], author_email=cfg['author_email'], url=cfg['git_url'],
    install_requires=cfg['requirements'].split(),
    extras_require={extra: cfg[f'{extra}_requirements'].split() for extra in ('train', 'corpus', 'app', 'parquet', 'cluster', 'm4a', 'dev')},
    entry_points={'console_scripts': cfg['console_scripts'].split()},
    classifiers=[
        'Development Status :: 3 - Alpha', f"Intended Audience :: {cfg['audience']}", f"Natural Language :: {cfg['language']}",
        *(f'Programming Language :: Python :: {v}' for v in pythons)],
)
