package dev.muster.cli.local;

import dev.muster.cli.output.Console;
import dev.muster.cli.output.Style;
import dev.muster.cli.output.Styled;
import java.util.ArrayList;
import java.util.List;

/** What the demo promised, and whether it came true. */
final class Promises {

    private record Promise(boolean kept, String text, String found) {}

    private final List<Promise> promises = new ArrayList<>();

    /** @param found what was seen; shown when the promise was broken */
    void check(boolean kept, String text, String found) {
        promises.add(new Promise(kept, text, found));
    }

    void print(Console console) {
        for (Promise promise : promises) {
            Styled mark = promise.kept() ? new Styled(Style.GREEN, "✓") : new Styled(Style.RED, "✗");
            console.line("  {} {}{}", mark, promise.text(), promise.kept() ? "" : ": " + promise.found());
        }
    }

    List<String> broken() {
        return promises.stream()
                .filter(promise -> !promise.kept())
                .map(promise -> promise.text() + " (" + promise.found() + ")")
                .toList();
    }
}
