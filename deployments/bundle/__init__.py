"""The bundle 离线安装包: everything an installation needs where there is no network, with its sums and a script."""
