package dev.muster.cli.command;

import dev.muster.cli.output.CommandFailure;
import dev.muster.scheduler.document.NearestName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A command line taken apart: which verb it names, and all its other words. Common options may stand before the verb, so
 * the verb is the first word that is neither an option nor the value of one.
 *
 * @param verb empty when only options were given
 */
record CommandWords(Optional<Verb> verb, List<String> rest) {

    static CommandWords of(List<String> arguments) {
        int first = nextWord(arguments, 0);
        if (first >= arguments.size()) {
            return new CommandWords(Optional.empty(), arguments);
        }
        List<String> rest = new ArrayList<>(arguments);
        String words = rest.remove(first);
        if (Verb.isGroupWord(words)) {
            int second = nextWord(rest, first);
            if (second >= rest.size()) {
                // `muster node --help` is a question, not a mistake.
                return new CommandWords(Optional.empty(), rest.isEmpty() ? List.of(words) : rest);
            }
            words = words + " " + rest.remove(second);
        }
        return new CommandWords(Optional.of(verb(words)), rest);
    }

    /** The place of the next word that is no option and no option's value; the size when there is none. */
    private static int nextWord(List<String> arguments, int from) {
        int index = from;
        while (index < arguments.size() && arguments.get(index).startsWith("-")) {
            index += CommonOptions.WITH_VALUE.contains(arguments.get(index)) ? 2 : 1;
        }
        return Math.min(index, arguments.size());
    }

    private static Verb verb(String words) {
        return Verb.of(words).orElseThrow(() -> {
            String nearest = NearestName.of(words, Verb.allWords())
                    .map(verb -> "did you mean `muster " + verb + "`?")
                    .orElse("`muster --help` lists all");
            return CommandFailure.usage("there is no command \"" + words + "\"; " + nearest);
        });
    }
}
