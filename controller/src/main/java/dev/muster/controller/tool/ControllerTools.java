package dev.muster.controller.tool;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParameterException;

/**
 * {@code muster-controller TOOL ...}. The {@code muster} command starts them too, since it does not have the controller's
 * code itself.
 */
public final class ControllerTools {

    private static final String NAME = "muster-controller";
    private static final int DONE = 0;

    private ControllerTools() {}

    @Command(
            name = NAME,
            mixinStandardHelpOptions = true,
            subcommands = HelpCommand.class,
            description = "Tools beside the controller; without a tool's name it is the controller.")
    private static final class Root {}

    /** Whether a command line means a tool: its first word is no option, and the server takes only options. */
    public static boolean names(String[] arguments) {
        return arguments.length > 0 && !arguments[0].startsWith("-");
    }

    /** Runs a tool and answers its exit code; whatever goes wrong is one line on the terminal's errors. */
    public static int run(String[] arguments, ToolTerminal terminal) {
        CommandLine line = new CommandLine(new Root());
        tools(terminal).forEach(line::addSubcommand);
        line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
        line.setParameterExceptionHandler((mistake, words) -> failed(terminal, usage(mistake), ToolFailure.USAGE));
        line.setExecutionExceptionHandler((problem, command, result) -> failed(terminal, problem));
        return line.execute(arguments);
    }

    /** Each is a class with picocli's {@link Command} annotation. */
    private static List<Callable<Integer>> tools(ToolTerminal terminal) {
        return List.of(new ReliabilityTool(terminal), new AdminTool(terminal));
    }

    static int done() {
        return DONE;
    }

    private static String usage(ParameterException mistake) {
        String words = mistake.getCommandLine().getCommandSpec().qualifiedName();
        String what = String.valueOf(mistake.getMessage()).lines().findFirst().orElse("the words cannot be read");
        String help = words.equals(NAME) ? NAME + " help" : words + " --help";
        return what + "; `" + help + "` shows what there is";
    }

    private static int failed(ToolTerminal terminal, Exception problem) {
        if (problem instanceof ToolFailure failure) {
            return failed(terminal, String.valueOf(failure.getMessage()), failure.exitCode());
        }
        return failed(terminal, "internal error, " + problem + "; please report it", ToolFailure.FAILED);
    }

    private static int failed(ToolTerminal terminal, String message, int exitCode) {
        terminal.clear();
        terminal.err().println("muster: " + message);
        terminal.err().flush();
        return exitCode;
    }
}
