package dev.muster.cli.command;

import dev.muster.cli.output.Console;
import dev.muster.cli.output.Styled;

/** What {@code muster --help} prints. */
final class Overview {

    private Overview() {}

    static void print(Console console) {
        console.line("Muster: gang scheduling, health and recovery for very large accelerator training.");
        console.line("");
        console.line("Usage: muster COMMAND [OPTIONS]");
        int width = Verb.allWords().stream().mapToInt(String::length).max().orElse(0);
        for (Verb.Group group : Verb.Group.values()) {
            console.line("");
            console.line("{}", Styled.bold(group.heading()));
            for (Verb verb : Verb.values()) {
                if (verb.group() == group) {
                    console.line(
                            "  {}{}  {}",
                            verb.words(),
                            " ".repeat(width - verb.words().length()),
                            verb.summary());
                }
            }
        }
        console.line("");
        console.line(
                "`muster COMMAND --help` tells more. -o table|wide|json|yaml|name, --server HOST:PORT, --namespace,");
        console.line("--no-color and --timeout go with every command. First time here: muster demo");
    }
}
