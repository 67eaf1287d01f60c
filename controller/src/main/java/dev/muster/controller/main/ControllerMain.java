package dev.muster.controller.main;

import dev.muster.controller.codec.UndecodableRecord;
import dev.muster.controller.config.ClusterConfig;
import dev.muster.controller.config.ConfigProblem;
import dev.muster.controller.config.ControllerOptions;
import dev.muster.controller.store.StoreException;
import dev.muster.controller.tool.ControllerTools;
import dev.muster.controller.tool.ToolTerminal;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/**
 * Starts the controller: {@code muster-controller --data DIR ...}, or one of its tools: {@code muster-controller TOOL ...}.
 * Errors are one line on stderr.
 */
public final class ControllerMain {

    private static final int EXIT_USAGE = 2;
    private static final int EXIT_FAILED = 1;

    static {
        LogSetup.apply();
    }

    private static final Logger LOG = LoggerFactory.getLogger(ControllerMain.class);

    private ControllerMain() {}

    public static void main(String[] arguments) {
        if (ControllerTools.names(arguments)) {
            System.exit(ControllerTools.run(arguments, terminal()));
        }
        ControllerOptions options = new ControllerOptions();
        CommandLine line = new CommandLine(options);
        try {
            line.parseArgs(arguments);
        } catch (CommandLine.ParameterException problem) {
            fail(problem.getMessage() + "; `muster-controller --help` shows the options", EXIT_USAGE);
        }
        if (line.isUsageHelpRequested()) {
            line.usage(System.out);
            return;
        }
        try {
            run(options);
        } catch (ConfigProblem
                | ClusterMismatch
                | StoreException
                | UndecodableRecord
                | Site.SiteException
                | BindException problem) {
            fail(problem);
        } catch (IOException problem) {
            fail("cannot start: " + problem, EXIT_FAILED);
        }
    }

    /** bin/muster-controller looks whether the output of a tool is a terminal; UTF-8 whatever the locale. */
    private static ToolTerminal terminal() {
        boolean terminal = Boolean.getBoolean("muster.terminal");
        boolean colours = terminal && !System.getenv().containsKey("NO_COLOR") && !"dumb".equals(System.getenv("TERM"));
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        return new ToolTerminal(out, err, terminal, colours);
    }

    private static void run(ControllerOptions options) throws ConfigProblem, IOException {
        Site site = site(options);
        Controller controller = Controller.start(options, site);
        Runtime.getRuntime().addShutdownHook(new Thread(controller::stop, "stop"));
        if (options.exitWithParent()) {
            exitWithParent();
        }
        LOG.info("serving gRPC on {}:{} and HTTP on port {}", options.bind(), controller.port(), controller.httpPort());
        if (options.readyFile().isPresent()) {
            writeWhole(
                    options.readyFile().get(),
                    "grpc=" + controller.port() + "\nhttp=" + controller.httpPort() + "\npid="
                            + ProcessHandle.current().pid() + "\n");
        }
    }

    private static Site site(ControllerOptions options) throws ConfigProblem {
        Optional<Path> cluster = options.cluster();
        return options.kubernetes().isEnabled()
                ? OnKubernetes.start(options, Controller.CLOCK)
                : new BareMetal(options, ClusterConfig.load(cluster));
    }

    /** Whoever waits for the file never sees half of it. */
    private static void writeWhole(Path file, String text) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.writeString(part, text);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The parent holds the other end of standard input: when it is gone, however it went, there is nothing to read. */
    private static void exitWithParent() {
        Thread watcher = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            // Whatever it says, it lives.
                        }
                    } catch (IOException closed) {
                        LOG.info("standard input failed: {}", closed.getMessage());
                    }
                    LOG.info("the parent process is gone; stopping");
                    System.exit(0);
                },
                "parent-watch");
        watcher.setDaemon(true);
        watcher.start();
    }

    /** What an operator can mend; wrong words and files are told apart from what is wrong elsewhere. */
    static void fail(Exception problem) {
        boolean usage = problem instanceof ConfigProblem || problem instanceof ClusterMismatch;
        fail(String.valueOf(problem.getMessage()), usage ? EXIT_USAGE : EXIT_FAILED);
    }

    private static void fail(String message, int exitCode) {
        System.err.println("muster-controller: " + message);
        System.exit(exitCode);
    }
}
