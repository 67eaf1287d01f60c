package dev.muster.cli.main;

import dev.muster.cli.command.Environment;
import dev.muster.cli.command.Muster;
import dev.muster.cli.output.Console;
import dev.muster.cli.output.Screen;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.SplittableRandom;

/** The process behind {@code bin/muster}. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        int exitCode = new Muster(environment()).run(List.of(arguments)).number();
        // Not every thread of the transport is a daemon.
        System.exit(exitCode);
    }

    static Environment environment() {
        return new Environment(
                console(System.getenv()),
                System.in,
                System.getenv(),
                Path.of("").toAbsolutePath(),
                InstantSource.system(),
                ZoneId.systemDefault(),
                new SplittableRandom(),
                Optional.ofNullable(System.getProperty("muster.home")).map(Path::of),
                version());
    }

    /** bin/muster looks whether its outputs are terminals: that costs a shell nothing. */
    private static Console console(Map<String, String> variables) {
        boolean terminal = Boolean.getBoolean("muster.terminal");
        boolean errorTerminal = Boolean.getBoolean("muster.terminal.error");
        boolean colours = !variables.containsKey("NO_COLOR") && !"dumb".equals(variables.get("TERM"));
        return new Console(
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                terminal,
                terminal && colours,
                errorTerminal && colours,
                Screen::columnsOfTerminal);
    }

    /** UTF-8 whatever the locale: the output is the same everywhere. */
    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(descriptor), 1 << 16), false, StandardCharsets.UTF_8);
    }

    private static String version() {
        try (InputStream resource = Main.class.getResourceAsStream("/dev/muster/cli/version.properties")) {
            if (resource == null) {
                return "unknown";
            }
            Properties properties = new Properties();
            properties.load(resource);
            return properties.getProperty("version", "unknown");
        } catch (IOException failure) {
            return "unknown";
        }
    }
}
