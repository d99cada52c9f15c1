# What all hosts of the site have in common, and what the benchmark edits.
{
  site.revision = 0;
}
