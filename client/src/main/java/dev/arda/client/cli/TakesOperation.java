package dev.arda.client.cli;

/** A command whose word names an operation, so that those there are can complete it. */
interface TakesOperation {}
