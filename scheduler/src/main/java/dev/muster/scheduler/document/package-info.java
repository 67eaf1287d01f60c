/**
 * YAML 1.2 (hence JSON) texts as trees whose nodes know their line, within bounds; the only package that sees the YAML
 * library. Readers of particular files build on it.
 */
@NullMarked
package dev.muster.scheduler.document;

import org.jspecify.annotations.NullMarked;
