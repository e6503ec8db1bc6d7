# Writes a line now and then until it is told to stop.
trap 'echo "stopped"; exit 0' HUP
echo "begun"
while :; do
  date
  sleep 5 &
  wait $!
done
