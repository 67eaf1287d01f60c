package dev.muster.cli.output;

import java.util.ArrayList;
import java.util.List;

/** Named values under each other, as {@code muster show} prints them. */
final class Facts {

    private record Fact(String name, Object value) {}

    private final List<Fact> facts = new ArrayList<>();

    /** An empty value is left out. */
    Facts fact(String name, Object value) {
        String text = value instanceof Styled styled ? styled.text() : String.valueOf(value);
        if (!text.isEmpty() && !text.equals(Times.NONE)) {
            facts.add(new Fact(name, value));
        }
        return this;
    }

    void print(Console console) {
        int width = facts.stream().mapToInt(fact -> fact.name().length()).max().orElse(0);
        for (Fact fact : facts) {
            String label = fact.name() + " ".repeat(width - fact.name().length());
            console.line("{}  {}", Styled.dim(label), fact.value());
        }
    }
}
