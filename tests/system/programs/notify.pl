#!/usr/bin/perl
# A process of a service that tells about itself over NOTIFY_SOCKET, and starts and ends fast.
#
# usage: notify.pl [--] WORD...
#   Each word is a message, or one of: end STATUS, sleep, as UID (gives its rights up), setsid,
#   times N MESSAGE (the message N times, "%d" in it is the number of the message),
#   fork (the rest is done by a child, while this process ignores SIGCHLD and waits for signals),
#   orphan (the rest is done by a process whose parents have ended), main (says MAINPID of this process).
use strict;
use warnings;
use POSIX ();
use Socket;

my $name = $ENV{NOTIFY_SOCKET} // '';
$name =~ s/^@/\0/;
socket(my $socket, AF_UNIX, SOCK_DGRAM, 0) or die "Cannot make a socket: $!";
connect($socket, pack_sockaddr_un($name)) or die "Cannot connect: $!";

sub say_it { defined send($socket, $_[0], 0) or die "Cannot say $_[0]: $!" }

while (defined(my $word = shift @ARGV)) {
    if ($word eq 'end') { POSIX::_exit(shift @ARGV) }
    elsif ($word eq 'sleep') { sleep 1000 while 1 }
    elsif ($word eq 'as') {
        my $uid = shift @ARGV;
        POSIX::setgid($uid) or die "setgid: $!";
        POSIX::setuid($uid) or die "setuid: $!";
    }
    elsif ($word eq 'setsid') { POSIX::setsid() }
    elsif ($word eq 'main') { say_it("MAINPID=$$") }
    elsif ($word eq 'times') {
        my ($count, $text) = splice @ARGV, 0, 2;
        say_it($text =~ s/%d/$_/r) for 1 .. $count;
    }
    elsif ($word eq 'fork') {
        $SIG{CHLD} = 'IGNORE';
        if (fork) { sleep 1000 while 1 }
        $SIG{CHLD} = 'DEFAULT';
    }
    else { say_it($word) }
}
