#!/bin/sh
# build.sh LIBS INTO: compiles the admin program against the Kafka that is installed in LIBS, on the machine
# itself: Debian's JRE brings the compiler as a module. INTO/admin runs it; that file is there only when all
# of it is. Called again, it finds what it made.
set -eu
libs=$1 into=$2
here=$(cd "$(dirname "$0")" && pwd)
[ ! -x "$into/admin" ] || exit 0

mkdir -p "$into"
rm -rf "$into/classes" "$into/admin.jar"
# The compiler, started as a module, does not know '*' in a class path.
java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx256m -m jdk.compiler/com.sun.tools.javac.Main \
  -proc:none -cp "$(printf '%s:' "$libs"/*.jar)" -d "$into/classes" "$here"/*.java
# Java keeps loaded classes in an archive (below) only when they come from a jar.
java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx128m -m jdk.jartool/sun.tools.jar.Main \
  cf "$into/admin.jar" -C "$into/classes" .
rm -rf "$into/classes"

# Few jars, and no logging among them: it would print to standard output and take longer than a call.
path=$into/admin.jar
for name in kafka-clients kafka-server-common jackson-core jackson-databind jackson-annotations slf4j-api \
  zstd-jni lz4-java snappy-java; do
  for jar in "$libs/$name"-[0-9]*.jar; do
    [ ! -e "$jar" ] || path=$path:$jar
  done
done
# Java's own messages go to standard output: none of them, since the answer stands there.
options="-Xmx128m -Xlog:disable -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"

# The first call that works leaves an archive of the classes that it loaded, which halves the time of each that follows.
# Without it everything works, only slower; Java ignores one that does not fit.
cat >"$into/admin.unfinished" <<EOF
#!/bin/sh
# admin [Main]: one request on standard input, one answer on standard output. admin Format formats a node.
if [ "\${1:-Main}" = Format ]; then
  exec java $options -cp '$into/admin.jar:$libs/*' ashlar.admin.Format
fi
if [ -e '$into/admin.jsa' ]; then
  exec java $options -XX:SharedArchiveFile='$into/admin.jsa' -cp '$path' ashlar.admin.Main
fi
# Not everybody may write beside it.
[ -w '$into' ] || exec java $options -cp '$path' ashlar.admin.Main
status=0
answer=\$(java $options -XX:ArchiveClassesAtExit='$into/admin.jsa.'\$\$ -cp '$path' ashlar.admin.Main) || status=\$?
printf '%s\n' "\$answer"
case \$answer in
  *'"ok":true'*) mv '$into/admin.jsa.'\$\$ '$into/admin.jsa' ;;
  *) rm -f '$into/admin.jsa.'\$\$ ;;
esac 2>&-
exit "\$status"
EOF
chmod 755 "$into/admin.unfinished"
mv "$into/admin.unfinished" "$into/admin"
