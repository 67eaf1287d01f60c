package dev.muster.controller.main;

import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** One line a record on stderr: time, level, where, what; a stack trace only where there is one. */
final class LogSetup {

    static {
        System.setProperty("java.util.logging.manager", LastingLogs.class.getName());
    }

    /** Held here, because nobody else holds them and a logger that is collected forgets its level. */
    private static final Logger GRPC = Logger.getLogger("io.grpc");

    private static final Logger ETCD = Logger.getLogger("io.etcd");

    private LogSetup() {}

    /** To be called before anything else asks for a logger. */
    static void apply() {
        ConsoleHandler console = new ConsoleHandler();
        console.setLevel(Level.ALL);
        console.setFormatter(new OneLine());
        Logger root = Logger.getLogger("");
        for (Handler former : root.getHandlers()) {
            root.removeHandler(former);
        }
        root.addHandler(console);
        root.setLevel(Level.INFO);
        GRPC.setLevel(Level.WARNING);
        // What goes wrong with etcd is said once, in our own words.
        ETCD.setLevel(Level.OFF);
    }

    private static final class OneLine extends Formatter {
        @Override
        public String format(LogRecord record) {
            String name = String.valueOf(record.getLoggerName());
            StringBuilder line = new StringBuilder()
                    .append(record.getInstant())
                    .append(' ')
                    .append(record.getLevel())
                    .append(' ')
                    .append(name.substring(name.lastIndexOf('.') + 1))
                    .append(": ")
                    .append(formatMessage(record))
                    .append('\n');
            if (record.getThrown() != null) {
                line.append(record.getThrown()).append('\n');
                for (StackTraceElement frame : record.getThrown().getStackTrace()) {
                    line.append("    at ").append(frame).append('\n');
                }
            }
            return line.toString();
        }
    }
}
