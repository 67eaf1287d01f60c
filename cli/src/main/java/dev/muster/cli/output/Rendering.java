package dev.muster.cli.output;

import java.util.List;

/** An answer in each form that {@code -o} can ask for. */
public interface Rendering {

    /** For people. */
    void table(Console console, boolean wide);

    /** For scripts; the shape is a promise. */
    Fields fields();

    /** What {@code -o name} prints, one a line. */
    List<String> names();

    /** The fields as JSON. */
    default String json() {
        return JsonWriter.write(fields());
    }

    default void print(Console console, OutputFormat format) {
        switch (format) {
            case TABLE -> table(console, false);
            case WIDE -> table(console, true);
            case JSON -> console.printSafe(JsonWriter.write(fields()));
            case YAML -> console.printSafe(YamlWriter.write(fields()));
            case NAME -> names().forEach(name -> console.line("{}", name));
        }
    }
}
