package dev.muster.agent.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The signals that a job may ask for before it is stopped, with their numbers on Linux. */
public enum Signal {
    HUP(1),
    INT(2),
    QUIT(3),
    USR1(10),
    USR2(12),
    ALRM(14),
    TERM(15),
    CONT(18),
    URG(23),
    WINCH(28);

    private final int number;

    Signal(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** Reads {@code SIGUSR1}, {@code USR1} or {@code usr1}; empty when it is none of these signals. */
    public static Optional<Signal> parse(String text) {
        String name = text.strip().toUpperCase(Locale.ROOT);
        String bare = name.startsWith("SIG") ? name.substring("SIG".length()) : name;
        for (Signal signal : values()) {
            if (signal.name().equals(bare)) {
                return Optional.of(signal);
            }
        }
        return Optional.empty();
    }

    /** The command that sends it to these processes. */
    public static List<String> command(Signal signal, List<ProcessEntry> processes) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "kill -s \"$0\" \"$@\"", signal.name()));
        processes.forEach(process -> command.add(Long.toString(process.pid())));
        return command;
    }
}
