package dev.muster.cli.command;

import dev.muster.cli.output.CommandFailure;
import dev.muster.cli.output.ExitCode;
import java.util.Set;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/** {@code muster completion bash|zsh}. The script works in both: in zsh it asks for bash's way of completing first. */
final class CompletionCommand implements Command {

    private static final Set<String> SHELLS = Set.of("bash", "zsh");

    @Mixin
    private final CommonOptions options = new CommonOptions();

    private final Environment environment;

    @Parameters(paramLabel = "SHELL", description = "bash or zsh; use it as: source <(muster completion bash)")
    private String shell = "";

    CompletionCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public ExitCode run() {
        if (!SHELLS.contains(shell)) {
            throw CommandFailure.usage("there are no completions for \"" + shell + "\"; it must be bash or zsh");
        }
        options.console(environment).printSafe(AutoComplete.bash("muster", everything()));
        return ExitCode.DONE;
    }

    /** All verbs under one root, which no other command needs. */
    private CommandLine everything() {
        CommandLine root = new CommandLine(CommandSpec.create().name("muster").addMixin("common", common()));
        for (Verb verb : Verb.values()) {
            String words = verb.words();
            int space = words.indexOf(' ');
            CommandLine line = CommandLines.of(verb, verb.create(environment));
            CommandLine parent = space < 0 ? root : group(root, words.substring(0, space));
            parent.addSubcommand(words.substring(space + 1), line);
        }
        return root;
    }

    /** The first word of verbs of two. */
    private static CommandLine group(CommandLine root, String word) {
        CommandLine known = root.getSubcommands().get(word);
        if (known != null) {
            return known;
        }
        CommandLine group = new CommandLine(CommandSpec.create().name(word).addMixin("common", common()));
        root.addSubcommand(word, group);
        return group;
    }

    private static CommandSpec common() {
        return CommandSpec.forAnnotatedObject(new CommonOptions());
    }
}
