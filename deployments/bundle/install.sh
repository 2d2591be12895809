#!/bin/sh
# Installs Anlan from this folder, without a network. 在没有网络的机器上安装安澜。
set -eu

PREFIX=/opt/anlan
DATA=/srv/anlan
PYTHON=

usage() {
	cat <<-END
		用法：sh install.sh [--prefix 目录] [--data 数据文件夹] [--python 解释器]
		  --prefix  程序装在哪里，默认 /opt/anlan；每个版本一个文件夹，current 指向正在用的
		  --data    数据文件夹，默认 /srv/anlan；其中有数据库的，先预演升级，不通过就不切换
		  --python  用哪个 Python；默认自己找与安装包相符的
		Usage: sh install.sh [--prefix FOLDER] [--data FOLDER] [--python PROGRAM]
	END
}

stop() {
	printf '✗ %s\n' "$1" >&2
	exit 1
}

while [ $# -gt 0 ]; do
	case $1 in
	--prefix | --data | --python)
		[ $# -ge 2 ] || stop "$1 后面要写明。请看 sh install.sh --help。"
		case $1 in --prefix) PREFIX=$2 ;; --data) DATA=$2 ;; *) PYTHON=$2 ;; esac
		shift 2
		;;
	-h | --help) usage && exit 0 ;;
	*) stop "不认识 $1。请看 sh install.sh --help。" ;;
	esac
done
case $PREFIX$DATA in *[\|\&]*) stop "目录名不能含 | 或者 &。" ;; esac
case $PREFIX in /*) ;; *) PREFIX=$PWD/$PREFIX ;; esac
case $DATA in /*) ;; *) DATA=$PWD/$DATA ;; esac

cd "$(dirname "$0")"
sha256sum --check --quiet --strict SHA256SUMS || stop "安装包的内容与校验和不符，可能没有复制完整。请重新复制。"
VERSION=$(sed -n 's/^version=//p' bundle.txt)
WANTED=$(sed -n 's/^python=//p' bundle.txt)
MACHINE=$(sed -n 's/^machine=//p' bundle.txt)

[ "$(uname -m)" = "$MACHINE" ] || stop "安装包用于 $MACHINE，本机是 $(uname -m)。请换用相应的安装包。"
[ -n "$PYTHON" ] || PYTHON=$(command -v "python$WANTED" || command -v python3 || true)
[ -n "$PYTHON" ] || stop "找不到 Python $WANTED。请先安装（含 venv 模块），或者用 --python 指明。"
found=$("$PYTHON" -c 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])') ||
	stop "$PYTHON 不能用（缺 venv 模块？）。请安装 Python $WANTED 及其 venv。"
[ "$found" = "$WANTED" ] || stop "安装包用于 Python $WANTED，$PYTHON 是 $found。请用 --python 指明 $WANTED。"

RELEASE=$PREFIX/releases/$VERSION
[ ! -e "$RELEASE" ] || stop "$RELEASE 已经有了。要重装的，先删除它（正在用的不要删）。"
mkdir -p "$PREFIX/releases"
trap 'rm -rf "$RELEASE"' EXIT
trap 'exit 1' HUP INT TERM

printf '正在安装 %s…\n' "$VERSION"
"$PYTHON" -m venv "$RELEASE"
"$RELEASE/bin/python" -m pip --disable-pip-version-check install --quiet --no-index --no-deps --find-links wheels \
	--require-hashes --requirement requirements.txt

if [ -e "$DATA/anlan.db" ]; then
	printf '正在预演升级（%s）…\n' "$DATA"
	"$RELEASE/bin/anlan" upgrade --dry-run --data "$DATA" || stop "预演不通过，仍用原来的版本。"
fi

sed -e "s|@PREFIX@|$PREFIX|g" -e "s|@DATA@|$DATA|g" anlan.service >"$PREFIX/anlan.service"
ln -s "releases/$VERSION" "$PREFIX/current.new"
mv -T "$PREFIX/current.new" "$PREFIX/current"
trap - EXIT HUP INT TERM

cat <<END
✓ 已安装 $VERSION，$PREFIX/current 指向它
下一步：
  useradd --system --home-dir $DATA anlan；install -d -m 700 -o anlan $DATA
  已有数据的：systemctl stop anlan；以 anlan 身份运行 $PREFIX/current/bin/anlan upgrade --data $DATA
  开机自动启动：cp $PREFIX/anlan.service /etc/systemd/system/；systemctl daemon-reload；systemctl enable --now anlan
  退回上一个版本：ln -sfn releases/版本号 $PREFIX/current，并放回升级前留存的数据库
END
