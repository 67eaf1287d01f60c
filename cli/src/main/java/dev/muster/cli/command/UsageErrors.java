package dev.muster.cli.command;

import dev.muster.cli.output.CommandFailure;
import dev.muster.scheduler.document.NearestName;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one line what is wrong with the words of a command. */
final class UsageErrors {

    private static final Pattern INVALID_VALUE = Pattern.compile("Invalid value for option '([^']+)'[^:]*: (.*)");

    private UsageErrors() {}

    static CommandFailure of(ParameterException mistake, Verb verb) {
        CommandSpec spec = mistake.getCommandLine().getCommandSpec();
        String more = "see `muster " + verb.words() + " --help`";
        if (mistake instanceof UnmatchedArgumentException unmatched) {
            return unmatched(unmatched.getUnmatched().get(0), verb, spec, more);
        }
        if (mistake instanceof MissingParameterException missing) {
            String names =
                    missing.getMissing().stream().map(ArgSpec::paramLabel).collect(Collectors.joining(" "));
            return CommandFailure.usage("`muster " + verb.words() + "` needs " + names + "; " + more);
        }
        String message = Optional.ofNullable(mistake.getMessage()).orElse("the words cannot be read");
        return CommandFailure.usage(shorter(message.lines().findFirst().orElse(message)) + "; " + more);
    }

    /** {@code --timeout is "soon"} for {@code Invalid value for option '--timeout': is "soon"}. */
    private static String shorter(String message) {
        Matcher matcher = INVALID_VALUE.matcher(message);
        if (!matcher.matches()) {
            return message;
        }
        String rest = matcher.group(2);
        return matcher.group(1) + (rest.startsWith("is ") ? " " : ": ") + rest;
    }

    private static CommandFailure unmatched(String word, Verb verb, CommandSpec spec, String more) {
        if (!word.startsWith("-")) {
            return CommandFailure.usage("`muster " + verb.words() + "` has no place for \"" + word + "\"; " + more);
        }
        int equals = word.indexOf('=');
        String option = equals < 0 ? word : word.substring(0, equals);
        String hint = NearestName.of(option, spec.optionsMap().keySet())
                .map(nearest -> "did you mean " + nearest + "?")
                .orElse(more);
        return CommandFailure.usage("`muster " + verb.words() + "` has no option \"" + option + "\"; " + hint);
    }
}
