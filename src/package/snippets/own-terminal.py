# Runs a command of another user at a terminal of its own: own-terminal USER COMMAND... Made by deb-build-app.
#
# A process can push keys into its controlling terminal (TIOCSTI, open to all before Linux 6.2), read the keys of a terminal
# that it was given, and do both when its caller works on. So the command gets neither: it runs in a session of its own,
# whose terminal is a new pseudo-terminal that lives no longer than the command. What of its standard input, output and error
# is the caller's terminal becomes the new one; a pipe or a file is handed on as it is, and no byte of it comes by here.
#
# There are three processes. The caller's own, root's, copies between both terminals. The leader of the new session, root's
# too, sees when the command stops and says so: a command whose leader does not wait for it could not be stopped by Ctrl-Z.
# The command runs in a process group of its own.
#
# The command is in front, with all keys typed, from the beginning when both its input and its output are terminals. Otherwise
# others may want the keys (`COMMAND | less`): it runs in the background of its terminal, and comes to the front when it
# reads from it or changes its settings, for which the kernel stops it.
#
# Limits: a command that is not in front and waits for keys with select or poll, without having read any, is not seen to want
# them. Keys typed ahead are the command's while it is in front.
import fcntl
import os
import pwd
import resource
import select
import signal
import sys
import termios

ASKED_TO_END = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)
HANDED_ON = (*ASKED_TO_END, signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGTSTP)
WANTS_TERMINAL = (signal.SIGTTIN, signal.SIGTTOU)
NOTED = (*HANDED_ON, signal.SIGCONT, signal.SIGWINCH)
# Python ignores them, which would be inherited.
IGNORED_BY_PYTHON = (signal.SIGPIPE, signal.SIGXFSZ)
# More than a terminal holds: what the command has written is shown to its end, not what others write after it.
REST = 1 << 20


def original_environment():
    """Returns the environment as it was given: Python adds LC_CTYPE to its own."""
    try:
        with open("/proc/self/environ", "rb") as file:
            entries = file.read().split(b"\0")
    except OSError:
        return dict(os.environb)
    return dict(entry.split(b"=", 1) for entry in entries if b"=" in entry)


def open_terminal_of_caller():
    """Returns the controlling terminal, if there is one."""
    try:
        return os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except OSError:
        return None


def terminals_beyond(first):
    """Returns all open terminals from this descriptor on."""
    try:
        open_ones = [int(name) for name in os.listdir("/proc/self/fd")]
    except OSError:
        open_ones = range(1024)
    return [number for number in open_ones if number >= first and os.isatty(number)]


def write_all(target, data):
    """Writes all, also to a terminal that somebody has set to not block."""
    while data:
        try:
            data = data[os.write(target, data) :]
        except BlockingIOError:
            select.select([], [target], [])


class Command:
    """What is run, and how it is to find the world."""

    def __init__(self, words):
        self.words = words
        self.environment = original_environment()
        # A caller such as nohup has had some signals ignored.
        self.signals = {
            number: signal.SIG_IGN if signal.getsignal(number) == signal.SIG_IGN else signal.SIG_DFL
            for number in (*NOTED, *WANTS_TERMINAL)
        }
        self.signals.update((number, signal.SIG_DFL) for number in IGNORED_BY_PYTHON)

    def become(self):
        """Becomes the command, and does not return."""
        for number, disposition in self.signals.items():
            signal.signal(number, disposition)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        try:
            os.execve(self.words[0], self.words, self.environment)
        except OSError as error:
            write_all(2, f"{self.words[0]}: {error.strerror}\n".encode())
        os._exit(127)


class Leader:
    """The leader of the session: starts the command, and tells what becomes of it."""

    def __init__(self, command, inner, is_terminal, reports, orders):
        self.command = command
        self.inner = inner
        self.is_terminal = is_terminal
        self.reports = reports
        self.orders = orders
        self.group = 0

    def lead(self, in_front):
        """Leads the session until the command has ended."""
        os.setsid()
        # The command may push Ctrl-C into its own terminal.
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP, *WANTS_TERMINAL):
            signal.signal(number, signal.SIG_IGN)
        for number in (signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGCONT, signal.SIGWINCH):
            signal.signal(number, signal.SIG_DFL)
        # The other end of the terminal has died.
        hangup = self.command.signals[signal.SIGHUP]
        signal.signal(signal.SIGHUP, hangup if hangup == signal.SIG_IGN else self.hang_up)
        if self.is_terminal:
            fcntl.ioctl(self.inner, termios.TIOCSCTTY, 0)
        self.group = os.fork()
        if self.group == 0:
            os.setpgid(0, 0)
            self.put(in_front, os.getpgrp())
            self.place_terminals()
            self.command.become()
        try:
            os.setpgid(self.group, self.group)
        except OSError:
            # It has done so itself.
            pass
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        self.report(f"began {self.group}")
        while True:
            status = os.waitpid(self.group, os.WUNTRACED)[1]
            if not os.WIFSTOPPED(status):
                break
            self.report(f"stopped {os.WSTOPSIG(status)}")
            order = os.read(self.orders, 1)
            if not order:
                self.hang_up()
            self.put(order == b"f", self.group)
            os.killpg(self.group, signal.SIGCONT)
        # What the command leaves running is not asked to end when this process and its terminal do.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        self.put(False, self.group)
        self.report(f"ended {status}")
        os._exit(0)

    def place_terminals(self):
        """Puts the new terminal where one of the caller's is."""
        if self.is_terminal:
            keys = self.inner
        else:
            keys = os.open("/dev/null", os.O_RDONLY)
        places = [number for number in (0, 1, 2) if os.isatty(number)]
        for number in terminals_beyond(3):
            if number != self.inner:
                os.close(number)
        for number in places:
            os.dup2(keys if number == 0 else self.inner, number)

    def put(self, in_front, group):
        """Puts the command in front of its terminal, or behind."""
        if self.is_terminal:
            os.tcsetpgrp(self.inner, group if in_front else os.getsid(0))

    def report(self, text):
        """Tells the process that copies."""
        try:
            os.write(self.reports, f"{text}\n".encode())
        except BrokenPipeError:
            self.hang_up()

    def hang_up(self, *_):
        """Ends the command as a terminal that is closed does."""
        for number in (signal.SIGHUP, signal.SIGCONT):
            try:
                os.killpg(self.group, number)
            except ProcessLookupError:
                pass
        os._exit(1)


class Copier:
    """The process of the caller: copies between the terminals, and hands on signals."""

    def __init__(self, command, user):
        self.command = command
        self.caller = open_terminal_of_caller()
        own = [number for number in (0, 1, 2) if os.isatty(number)]
        if not own and self.caller is None:
            command.become()
        self.keys = 0 if 0 in own else self.caller
        self.screen = next((number for number in (1, 2) if number in own), self.caller)
        if self.screen is None:
            self.screen = 0
        self.starts_in_front = 0 in own and 1 in own and self.caller_is_in_front()
        self.in_front = self.starts_in_front
        # What the caller's terminal is set to now, and what it was set to, while the command is in front.
        self.raw = self.settings = None
        self.pending = b""
        self.group = 0
        self.open_inner(user)
        self.noted, note = os.pipe()
        for end in (self.noted, note):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(note, warn_on_full_buffer=False)

    def open_inner(self, user):
        """Makes the new terminal like the caller's; a pipe where this system has none to give, as in a bare chroot."""
        try:
            self.outer, self.inner = os.openpty()
            self.is_terminal = True
        except OSError:
            self.outer, self.inner = os.pipe()
            self.is_terminal = self.in_front = self.starts_in_front = False
            os.set_blocking(self.outer, False)
            return
        os.set_blocking(self.outer, False)
        # So that `/dev/stderr` and the terminal's own name can be opened.
        try:
            os.fchown(self.inner, pwd.getpwnam(user).pw_uid, -1)
        except (KeyError, OSError):
            # Only those names are lost.
            pass
        settings = termios.tcgetattr(self.screen)
        if not self.starts_in_front:
            # The caller's terminal, whose settings are not ours to change then, ends lines itself.
            settings[1] &= ~termios.OPOST
        termios.tcsetattr(self.inner, termios.TCSANOW, settings)
        self.copy_size()

    def copy_size(self):
        """Gives the new terminal the size of the caller's."""
        if self.is_terminal:
            try:
                size = fcntl.ioctl(self.screen, termios.TIOCGWINSZ, bytes(8))
                fcntl.ioctl(self.outer, termios.TIOCSWINSZ, size)
            except OSError:
                # The caller's terminal is gone.
                pass

    def caller_is_in_front(self):
        """Returns whether the keys of the caller's terminal are for this process."""
        if self.caller is None:
            return True
        try:
            return os.tcgetpgrp(self.caller) == os.getpgrp()
        except OSError:
            return False

    def take_keys(self):
        """Makes the caller's terminal hand on each key as it is; the new terminal gives them their meaning."""
        if not self.in_front:
            return
        found = termios.tcgetattr(self.keys)
        if found == self.raw:
            return
        self.settings = found
        raw = termios.tcgetattr(self.keys)
        raw[0] &= ~(
            termios.IGNBRK | termios.BRKINT | termios.PARMRK | termios.ISTRIP
            | termios.INLCR | termios.IGNCR | termios.ICRNL | termios.IXON
        )
        if self.starts_in_front:
            raw[1] &= ~termios.OPOST
        raw[3] &= ~(termios.ECHO | termios.ECHONL | termios.ICANON | termios.ISIG | termios.IEXTEN)
        raw[6][termios.VMIN] = 1
        raw[6][termios.VTIME] = 0
        termios.tcsetattr(self.keys, termios.TCSADRAIN, raw)
        self.raw = termios.tcgetattr(self.keys)

    def give_keys_back(self):
        """Makes the caller's terminal as it was."""
        if self.settings is not None:
            try:
                termios.tcsetattr(self.keys, termios.TCSADRAIN, self.settings)
            except termios.error:
                # It has been closed.
                pass
            self.settings = self.raw = None

    def run(self):
        """Runs the command, and ends as it does."""
        for number in NOTED:
            if number in (signal.SIGCONT, signal.SIGWINCH) or self.command.signals[number] == signal.SIG_DFL:
                signal.signal(number, lambda *_: None)
        # Who is not in front may still write to the terminal and set it.
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        self.reports, reports = os.pipe()
        orders, self.orders = os.pipe()
        signal.pthread_sigmask(signal.SIG_BLOCK, NOTED)
        leader = os.fork()
        if leader == 0:
            signal.set_wakeup_fd(-1)
            for end in (self.outer, self.reports, self.orders, self.noted):
                os.close(end)
            Leader(self.command, self.inner, self.is_terminal, reports, orders).lead(self.in_front)
        os.close(reports)
        os.close(orders)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        try:
            self.take_keys()
            status = self.copy_until_the_end()
            self.copy_rest()
        finally:
            self.give_keys_back()
        if status is None:
            # Somebody has killed the leader.
            self.hand_on(signal.SIGKILL)
            status = signal.SIGKILL
        # What it leaves running is safe from the end of this terminal when the leader has ended.
        os.waitpid(leader, 0)
        self.end_as(status)

    def copy_until_the_end(self):
        """Copies until the command has ended, and returns its status."""
        text = b""
        while True:
            for ready in self.wait():
                if ready == self.noted:
                    self.hand_on_noted()
                elif ready == self.outer:
                    self.copy_output()
                elif ready == self.keys:
                    self.copy_keys()
                elif ready == self.reports:
                    piece = os.read(self.reports, 4096)
                    if not piece:
                        return None
                    *lines, text = (text + piece).split(b"\n")
                    for line in lines:
                        word, number = line.split()
                        if word == b"ended":
                            return int(number)
                        if word == b"began":
                            self.group = int(number)
                        else:
                            self.stop(int(number))

    def wait(self):
        """Waits for something to do, and returns the descriptors that have it."""
        poll = select.poll()
        poll.register(self.reports, select.POLLIN)
        poll.register(self.outer, select.POLLIN | (select.POLLOUT if self.pending else 0))
        if self.group:
            poll.register(self.noted, select.POLLIN)
        if self.settings is not None and not self.pending:
            poll.register(self.keys, select.POLLIN)
        return [number for number, _ in poll.poll()]

    def copy_output(self):
        """Shows what there is, and types what is left to type; returns how much was shown."""
        if self.pending:
            try:
                self.pending = self.pending[os.write(self.outer, self.pending) :]
            except BlockingIOError:
                pass
        try:
            data = os.read(self.outer, 65536)
        except BlockingIOError:
            return 0
        try:
            write_all(self.screen, data)
        except OSError:
            # The caller's terminal is gone.
            self.hand_on(signal.SIGHUP)
        return len(data)

    def copy_rest(self):
        """Shows what the command has written until now. The kernel hands all of it over when it is asked with poll."""
        shown = 0
        poll = select.poll()
        poll.register(self.outer, select.POLLIN)
        while shown < REST and poll.poll(0):
            shown += self.copy_output()

    def copy_keys(self):
        """Types what was typed."""
        try:
            self.pending = os.read(self.keys, 4096)
        except OSError:
            self.pending = b""
        if not self.pending:
            # The caller's terminal is gone.
            self.settings = None
            self.hand_on(signal.SIGHUP)

    def take_notes(self):
        """Returns the signals that came."""
        try:
            return os.read(self.noted, 4096)
        except BlockingIOError:
            return b""

    def hand_on_noted(self):
        """Does what signals that came ask for."""
        for number in self.take_notes():
            if number == signal.SIGWINCH:
                self.copy_size()
            elif number == signal.SIGCONT:
                # The shell that stopped this process has set its terminal as it likes it.
                if self.settings is not None and self.caller_is_in_front():
                    self.take_keys()
            elif number in HANDED_ON:
                self.hand_on(number)

    def hand_on(self, number):
        """Sends the command a signal."""
        try:
            os.killpg(self.group, number)
        except (ProcessLookupError, PermissionError):
            pass

    def stop(self, number):
        """Stops as the command was stopped, and goes on with it; or brings it to the front, when that is what it wants."""
        wants_terminal = number in WANTS_TERMINAL
        if not (wants_terminal and not self.in_front and self.caller_is_in_front()):
            was_stopped = self.stop_self(number)
            if wants_terminal and not was_stopped:
                # Nobody can ever bring it to the front.
                self.hand_on(signal.SIGHUP)
        self.in_front = (self.in_front or wants_terminal) and self.caller_is_in_front()
        self.take_keys()
        os.write(self.orders, b"f" if self.in_front else b"b")

    def stop_self(self, number):
        """Stops, and returns whether that was so: who has no shell to go on again is not stopped by the kernel."""
        self.copy_rest()
        self.give_keys_back()
        earlier = self.take_notes()
        if number == signal.SIGSTOP:
            os.kill(os.getpid(), number)
        else:
            kept = signal.signal(number, signal.SIG_DFL)
            # Ctrl-Z stops all that the shell calls one job; in the background the kernel has told the others itself.
            if self.in_front:
                os.killpg(0, number)
            else:
                os.kill(os.getpid(), number)
            signal.signal(number, kept)
        notes = self.take_notes()
        for noted in (*earlier, *notes):
            if noted in HANDED_ON and noted != number:
                self.hand_on(noted)
        self.copy_size()
        return signal.SIGCONT in notes

    def end_as(self, status):
        """Ends with the status of the command, or by the signal that has ended it."""
        if os.WIFEXITED(status):
            os._exit(os.WEXITSTATUS(status))
        number = os.WTERMSIG(status)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if number != signal.SIGKILL:
            signal.signal(number, signal.SIG_DFL)
        if self.in_front and number in (signal.SIGINT, signal.SIGQUIT):
            # A terminal tells all that the shell calls one job: a script that calls a command ends with it.
            os.killpg(0, number)
        os.kill(os.getpid(), number)
        # The kernel spares the first process of a container.
        os._exit(128 + number)


def main(arguments):
    """Runs what the arguments say."""
    user, *words = arguments
    # A descriptor that the caller has closed would be taken by what is opened here.
    while os.open("/dev/null", os.O_RDWR) <= 2:
        pass
    Copier(Command(words), user).run()


main(sys.argv[1:])
