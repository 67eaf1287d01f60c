package dev.muster.cli.command;

import dev.muster.cli.output.CommandFailure;
import dev.muster.cli.output.Console;
import dev.muster.cli.output.ExitCode;
import dev.muster.cli.output.Style;
import dev.muster.cli.output.Styled;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;

/** The whole command: finds the verb, reads its words, runs it, and turns whatever goes wrong into one line. */
public final class Muster {

    private static final Set<String> HELP = Set.of("-h", "--help");

    private final Environment environment;

    public Muster(Environment environment) {
        this.environment = environment;
    }

    /** Runs a command line and returns its exit code; never throws. */
    public ExitCode run(List<String> arguments) {
        boolean verbose = arguments.contains("--verbose");
        try {
            return dispatch(arguments);
        } catch (CommandFailure failure) {
            if (failure.problems().isEmpty()) {
                report(failure.getMessage(), failure, verbose);
            }
            failure.problems().forEach(problem -> environment.console().error("{}", problem));
            return failure.exitCode();
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            return ExitCode.INTERRUPTED;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError defect) {
            String what = defect.getMessage() == null ? "" : ": " + defect.getMessage();
            report(
                    "internal error, " + defect.getClass().getSimpleName() + what
                            + "; run it again with --verbose and report what it prints",
                    defect,
                    verbose);
            return ExitCode.FAILED;
        } finally {
            environment.console().flush();
        }
    }

    private ExitCode dispatch(List<String> arguments) throws InterruptedException {
        if (arguments.equals(List.of("--version"))) {
            return dispatch(List.of("version"));
        }
        if (!arguments.isEmpty() && arguments.get(0).equals("help")) {
            return help(arguments.subList(1, arguments.size()));
        }
        CommandWords words = CommandWords.of(arguments);
        if (words.verb().isEmpty()) {
            return withoutVerb(words.rest());
        }
        Verb verb = words.verb().get();
        Command command = verb.create(environment);
        if (words.rest().isEmpty() && verb.runsBare()) {
            // Nothing to read: the parser need not be loaded, which is a third of the time of such a command.
            return command.run();
        }
        CommandLine line = CommandLines.of(verb, command);
        try {
            line.parseArgs(words.rest().toArray(String[]::new));
        } catch (ParameterException mistake) {
            throw UsageErrors.of(mistake, verb);
        }
        if (line.isUsageHelpRequested()) {
            usage(line);
            return ExitCode.DONE;
        }
        return command.run();
    }

    private ExitCode withoutVerb(List<String> rest) {
        Optional<String> strange =
                rest.stream().filter(word -> !HELP.contains(word)).findFirst();
        if (strange.isPresent()) {
            throw CommandFailure.usage(
                    "no command is named after \"" + strange.get() + "\"; `muster --help` lists all");
        }
        Overview.print(environment.console());
        return ExitCode.DONE;
    }

    private ExitCode help(List<String> words) {
        Optional<Verb> verb = CommandWords.of(words).verb();
        if (verb.isEmpty()) {
            Overview.print(environment.console());
        } else {
            usage(CommandLines.of(verb.get(), verb.get().create(environment)));
        }
        return ExitCode.DONE;
    }

    private void usage(CommandLine line) {
        environment.console().printSafe(line.getUsageMessage(Ansi.OFF));
    }

    private void report(String message, Throwable cause, boolean verbose) {
        Console console = environment.console();
        // What was printed before comes before.
        console.flush();
        console.error("{} {}", new Styled(Style.RED, "muster:"), message);
        if (verbose) {
            StringWriter trace = new StringWriter();
            cause.printStackTrace(new PrintWriter(trace));
            trace.toString().lines().forEach(line -> console.error("{}", line.replace("\t", "    ")));
        }
    }
}
