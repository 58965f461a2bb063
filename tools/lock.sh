#!/bin/sh
# Renew the lock files. One machine's pip settings (mirrors, folders of wheels) must not reach them.
set -eu
python=.venv/bin/python
"$python" -m pip install -qq --disable-pip-version-check pip-tools
unset PIP_FIND_LINKS PIP_INDEX_URL PIP_EXTRA_INDEX_URL
export PIP_CONFIG_FILE=/dev/null CUSTOM_COMPILE_COMMAND="make lock"
compile() {
    "$python" -m piptools compile --quiet --generate-hashes --build-deps-for editable --allow-unsafe \
        --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
        "$@" setup.cfg
}
compile --upgrade --output-file requirements/run.txt
compile --upgrade --constraint requirements/run.txt --extra test --output-file requirements/test.txt
