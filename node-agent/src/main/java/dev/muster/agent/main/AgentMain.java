package dev.muster.agent.main;

import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.config.AgentOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import picocli.CommandLine;

/** The program {@code muster-agent}. Exit codes: 0 stopped by a signal, 1 cannot run here, 2 wrong options. */
public final class AgentMain {
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final String LOG_FORMAT_PROPERTY = "java.util.logging.SimpleFormatter.format";
    private static final String LOG_FORMAT = "%1$tFT%1$tT.%1$tL %4$s %5$s%6$s%n";

    private AgentMain() {}

    public static void main(String[] arguments) {
        if (System.getProperty(LOG_FORMAT_PROPERTY) == null) {
            System.setProperty(LOG_FORMAT_PROPERTY, LOG_FORMAT);
        }
        System.exit(run(arguments, System.out, System.err));
    }

    private static int run(String[] arguments, PrintStream output, PrintStream errors) {
        AgentOptions options = new AgentOptions();
        AgentConfig config;
        try {
            CommandLine commandLine = new CommandLine(options);
            commandLine.parseArgs(arguments);
            if (options.isHelpWanted()) {
                commandLine.usage(output);
                return 0;
            }
            config = options.check();
        } catch (CommandLine.ParameterException | IllegalArgumentException e) {
            errors.println("muster-agent: " + oneLine(e) + " (see muster-agent --help)");
            return USAGE;
        }
        try (Agent agent = Agent.start(config)) {
            stopOnSignal(agent);
            if (options.exitsWithParent()) {
                exitWithParent();
            }
            String reason = agent.refusal().join();
            errors.println("muster-agent: the controller refuses host " + config.host() + ": " + reason);
            return FAILED;
        } catch (IOException e) {
            errors.println("muster-agent: " + oneLine(e));
            return FAILED;
        }
    }

    // The hook also runs when the program ends by itself: then the refusal has come and its exit code stands.
    private static void stopOnSignal(Agent agent) {
        Runtime runtime = Runtime.getRuntime();
        runtime.addShutdownHook(new Thread(
                () -> {
                    agent.close();
                    if (!agent.refusal().isDone()) {
                        runtime.halt(0);
                    }
                },
                "stop"));
    }

    /** The parent holds the other end of standard input: when it is gone, however it went, there is nothing to read. */
    private static void exitWithParent() {
        Thread watcher = new Thread(
                () -> {
                    try {
                        System.in.transferTo(OutputStream.nullOutputStream());
                    } catch (IOException broken) {
                        // As good as its end.
                    }
                    System.exit(0);
                },
                "parent-watch");
        watcher.setDaemon(true);
        watcher.start();
    }

    private static String oneLine(Exception failure) {
        String message = String.valueOf(failure.getMessage());
        return message.replaceAll("\\s*[\\r\\n]+\\s*", " ");
    }
}
