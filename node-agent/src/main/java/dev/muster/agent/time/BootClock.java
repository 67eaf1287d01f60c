package dev.muster.agent.time;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Nanoseconds since the kernel started, in steps of 10 ms, from {@code /proc/uptime}.
 *
 * <p>{@link System#nanoTime()} stands still while a host is suspended. An agent that judges by it how long it has been cut
 * off would let ranks live past their isolation timeout after the host wakes up.
 */
public final class BootClock implements LongSupplier {
    private static final Path UPTIME = Path.of("/proc/uptime");
    private static final double NANOS_PER_SECOND = 1e9;

    private final boolean readable;

    private BootClock(boolean readable) {
        this.readable = readable;
    }

    /** The real clocks of this machine. */
    public static Clocks systemClocks() {
        return new Clocks(InstantSource.system(), new BootClock(Files.isReadable(UPTIME)));
    }

    @Override
    public long getAsLong() {
        // The source never changes within a life: the two have different origins and must not be mixed.
        if (!readable) {
            return System.nanoTime();
        }
        try {
            String text = Files.readString(UPTIME);
            return (long) (Double.parseDouble(text.substring(0, text.indexOf(' '))) * NANOS_PER_SECOND);
        } catch (IOException | NumberFormatException | StringIndexOutOfBoundsException e) {
            throw new IllegalStateException("cannot read " + UPTIME + ": " + e.getMessage(), e);
        }
    }
}
