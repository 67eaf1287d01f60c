package dev.muster.controller.tool;

import java.util.Locale;

/** For people or for scripts. */
enum OutputForm {
    TABLE,
    JSON,
    YAML;

    /** {@code wide} is a table here: nothing is left out of it. */
    static OutputForm of(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "table", "wide" -> TABLE;
            case "json" -> JSON;
            case "yaml" -> YAML;
            default -> throw ToolFailure.usage("--output is " + name + "; choose one of table, json, yaml");
        };
    }
}
