package dev.muster.cli.command;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The words that a verb's command takes, as picocli reads them. */
final class CommandLines {

    private CommandLines() {}

    static CommandLine of(Verb verb, Command command) {
        CommandLine line = new CommandLine(command);
        CommandSpec spec = line.getCommandSpec();
        spec.name("muster " + verb.words());
        spec.addOption(OptionSpec.builder("--verbose")
                .order(110)
                .description("on an error, print where it happened")
                .build());
        spec.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .order(111)
                .description("print this help")
                .build());
        spec.usageMessage()
                .description(sentence(verb.summary()))
                .abbreviateSynopsis(true)
                .sortOptions(false);
        line.setUsageHelpAutoWidth(false);
        line.setTrimQuotes(false);
        return line;
    }

    private static String sentence(String summary) {
        return Character.toUpperCase(summary.charAt(0)) + summary.substring(1) + ".";
    }
}
