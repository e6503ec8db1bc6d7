#!/usr/bin/perl
# A process of a service that does what a test tells it to.
#
# usage: actor.pl SOCKET SERVICE ROLE [READY] [PID-FILE]
#   READY     a descriptor's number, or the name of the variable that has it; empty: none
#
# It connects to SOCKET and says "launch SERVICE ROLE PID"; each line that comes back is an order:
# hang, exit N, exit-later N, die SIGNAL, ready, ready-close, daemonize, on SIGNAL ignore, on SIGNAL N.
# Signals received are said, "signal NAME", before they take effect.
use strict;
use warnings;
use POSIX ();
use Socket;

my ($path, $service, $role, $ready, $pid_file) = (@ARGV, '', '');
my %reactions;
my $socket;
# Deferred: a signal is handled between two operations, never lost, and ends a blocking read.
for my $name (qw(HUP INT QUIT USR1 USR2 TERM)) {
    $SIG{$name} = sub { receive($name) };
}
report();
obey();

sub report {
    socket($socket, AF_UNIX, SOCK_STREAM, 0) && connect($socket, pack_sockaddr_un($path))
        or die "Cannot connect to $path: $!";
    say_line("launch $service $role $$");
}

sub say_line {
    my ($line) = @_;
    syswrite($socket, "$line\n");
}

sub receive {
    my ($name) = @_;
    say_line("signal $name");
    my $reaction = $reactions{$name};
    return if defined $reaction && $reaction eq 'ignore';
    POSIX::_exit($reaction) if defined $reaction;
    end_by($name);
}

sub end_by {
    my ($name) = @_;
    $SIG{$name} = 'DEFAULT' if $name ne 'KILL';
    # Within a handler its own signal is blocked.
    my $number = { HUP => 1, INT => 2, QUIT => 3, KILL => 9, USR1 => 10, SEGV => 11, USR2 => 12,
        TERM => 15 }->{$name};
    POSIX::sigprocmask(POSIX::SIG_UNBLOCK(), POSIX::SigSet->new($number));
    kill $name, $$;
    sleep 1 while 1;
}

sub obey {
    my $received = '';
    while (1) {
        my $count = sysread($socket, $received, 512, length $received);
        next if !defined $count && $!{EINTR};
        POSIX::_exit(99) if !$count;    # the test has ended
        act(split / /, $1) while $received =~ s/^(.*)\n//;
    }
}

sub act {
    my ($word, $value, $reaction) = @_;
    if ($word eq 'exit') { POSIX::_exit($value) }
    elsif ($word eq 'exit-later') { select(undef, undef, undef, 0.06); POSIX::_exit($value) }
    elsif ($word eq 'die') { end_by($value) }
    elsif ($word eq 'on') { $reactions{$value} = $reaction }
    elsif ($word eq 'ready') { syswrite(ready_pipe(), "READY=1\n") }
    elsif ($word eq 'ready-close') { POSIX::close(ready_number()) }
    elsif ($word eq 'pid-file') { write_pid_file($value) }
    elsif ($word eq 'daemonize') { daemonize() }
}

sub ready_number { return $ready =~ /^\d+$/ ? $ready : $ENV{$ready} }

sub ready_pipe {
    open(my $pipe, '>&=', ready_number()) or die "No descriptor for readiness: $!";
    return $pipe;
}

sub write_pid_file {
    my ($text) = @_;
    open(my $file, '>', $pid_file) or die "Cannot write $pid_file: $!";
    print {$file} "$text\n";
    close $file;
}

# The launcher ends once its daemon has reported and written the file.
sub daemonize {
    pipe(my $reader, my $writer);
    if (fork) {
        close $writer;
        1 while !defined sysread($reader, my $byte, 1) && $!{EINTR};
        POSIX::_exit(0);
    }
    close $reader;
    POSIX::setsid();
    close $socket;
    $role = 'daemon';
    write_pid_file($$);
    report();
    close $writer;
}
