package dev.muster.cli.output;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * The whole terminal, for a picture that is drawn again and again. What was on it comes back on {@link #close}, which may
 * be called twice and from another thread: the one that handles Ctrl-C.
 */
public final class Screen implements AutoCloseable {

    private static final String ENTER = "\u001b[?1049h\u001b[?25l";
    private static final String LEAVE = "\u001b[?25h\u001b[?1049l";
    private static final String HOME = "\u001b[H";
    private static final String CLEAR_TO_LINE_END = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";
    private static final File TERMINAL = new File("/dev/tty");
    private static final int DEFAULT_ROWS = 24;
    private static final int DEFAULT_COLUMNS = 80;

    private final Console console;
    private final InputStream keys;
    private final String settings;
    private boolean open = true;

    /** Takes the terminal over: keys come one by one and are not shown. */
    public Screen(Console console, InputStream keys) {
        this.console = console;
        this.keys = keys;
        this.settings = stty("-g");
        stty("-icanon", "-echo", "min", "1");
        console.printSafe(ENTER);
    }

    /** Draws the lines that fit, each cut at the terminal's width. */
    public void draw(List<String> lines) {
        int rows = size()[0];
        StringBuilder picture = new StringBuilder(HOME);
        lines.stream()
                .limit(rows - 1L)
                .forEach(line -> picture.append(line).append(CLEAR_TO_LINE_END).append("\r\n"));
        console.printSafe(picture.append(CLEAR_BELOW).toString());
    }

    /** Whether a key that means "leave" was pressed since the last call. */
    public boolean leaveWasPressed() {
        try {
            while (keys.available() > 0) {
                int key = keys.read();
                if (key == 'q' || key == 'Q' || key == -1) {
                    return true;
                }
            }
            return false;
        } catch (IOException failure) {
            return true;
        }
    }

    @Override
    public synchronized void close() {
        if (open) {
            open = false;
            console.printSafe(LEAVE);
            if (!settings.isEmpty()) {
                stty(settings);
            }
        }
    }

    /** Columns of the terminal this process was started from; 80 where there is none. */
    public static int columnsOfTerminal() {
        return size()[1];
    }

    private static int[] size() {
        String[] words = stty("size").split(" ", -1);
        try {
            if (words.length == 2 && Integer.parseInt(words[0]) > 0 && Integer.parseInt(words[1]) > 0) {
                return new int[] {Integer.parseInt(words[0]), Integer.parseInt(words[1])};
            }
        } catch (NumberFormatException strange) {
            // A terminal that does not know its size is taken for an ordinary one.
        }
        return new int[] {DEFAULT_ROWS, DEFAULT_COLUMNS};
    }

    /** What stty answers; empty when it cannot be asked, which costs comfort only. */
    private static String stty(String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = "stty";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(TERMINAL)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return process.waitFor() == 0 ? answer.strip().toLowerCase(Locale.ROOT) : "";
        } catch (IOException failure) {
            return "";
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
