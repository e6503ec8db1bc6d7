#!/usr/bin/perl
# Sends packets to a Unix socket, each hexadecimal line of its input in a write of its own, reads what
# comes back and drops it, and connects again whenever the other side closes.
use strict;
use warnings;
use IO::Socket::UNIX;

my ($path) = @ARGV;
$SIG{PIPE} = 'IGNORE';
my @packets = map { chomp; pack('H*', $_) } <STDIN>;
my $count = @packets;
my $connections = 0;
my $socket;

sub reconnect {
    $connections += 1;
    $socket = IO::Socket::UNIX->new(Peer => $path) or die "connect: $!";
    $socket->blocking(0);
}

reconnect();
while (@packets) {
    my ($readable, $writable) = ('', '');
    vec($readable, fileno($socket), 1) = 1;
    vec($writable, fileno($socket), 1) = 1;
    select($readable, $writable, undef, undef);
    if (vec($readable, fileno($socket), 1)) {
        my $got = sysread($socket, my $answer, 65536);
        if (!$got) { reconnect(); next }
    }
    next unless vec($writable, fileno($socket), 1);
    my $sent = syswrite($socket, $packets[0]);
    if (!defined $sent) { reconnect() unless $!{EAGAIN}; next }
    $packets[0] = substr($packets[0], $sent);
    shift @packets if $packets[0] eq '';
}
shutdown($socket, 1);
$socket->blocking(1);
1 while sysread($socket, my $rest, 65536);
print "thrown $count\n";
