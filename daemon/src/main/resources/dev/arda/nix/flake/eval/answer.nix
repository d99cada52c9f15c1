# Answers questions about a value. A question is data (JSON), never code:
#   { steps = [ { type = "all" | "str" | "maybe" | "set"; value = …; } … ]; ask = "value" | "learn" | "names" | "describe"; }
# The steps are those of docs/selectors.md. Everything is returned as plain data that no Nix printer can collapse:
#   * null, booleans, numbers, strings and lists stand for themselves;
#   * an attribute set has its names prefixed with "=";
#   * any other set is a mark: its attribute "!" says what it stands for.
#
# "learn" is "value" for one who wants the JSON but keeps what is typed: a selection that JSON collapses, the rest of which may be very large,
# is only marked.
#
# "names" and "describe" are for a cursor: they say what a value is made of without evaluating its parts. Of many attributes (`*`) they look at
# the first few only.
#
# root    the value
# typed   whether to keep what JSON has no form for; otherwise a set with `__toString` or `outPath` becomes what `toJSON` makes of it
# guard   whether a `throw` or failed assertion is caught, so that other questions can still be answered
# realise whether to say which store paths the answer needs
{ root, typed, guard, realise }:
let
  inherit (builtins)
    attrNames concatMap deepSeq elem elemAt filter fromJSON genList getContext isAttrs isList isString length listToAttrs map match
    stringLength substring toJSON toString tryEval typeOf unsafeGetAttrPos;

  mark = kind: rest: { "!" = kind; } // rest;

  # What a value is worth if forcing it fails: nothing.
  attempt = value: let result = tryEval value; in if result.success then result.value else null;

  named = names: value: listToAttrs (map (name: { name = "=" + name; value = value name; }) names);

  encode = value:
    let type = typeOf value; in
    if type == "set" then
      if value ? __toString then mark "string" { value = toString value; }
      else if value ? outPath then encodeOutPath value
      else named (attrNames value) (name: encode value.${name})
    else if type == "list" then map encode value
    else if type == "lambda" then mark "function" { }
    else if type == "path" then mark "path" { value = toString value; }
    # Neither infinity nor NaN has a form in JSON.
    else if type == "float" && value - value != 0.0 then mark "float" { value = toString value; }
    else if elem type [ "int" "float" "bool" "null" "string" ] then value
    else mark "external" { };

  encodeOutPath = value:
    if typed && attempt (value.type or null) == "derivation"
    then mark "derivation" {
      name = encode (attempt (value.name or null));
      drvPath = encode (attempt (value.drvPath or null));
      outputName = encode (attempt (value.outputName or null));
      # Not by the name that makes a set collapse.
      path = encode value.outPath;
    }
    else mark "outPath" { value = encode value.outPath; };

  # Names to suggest from; from a very large set only those that begin alike.
  alike = name: names:
    if length names <= 2000 then names
    else filter (other: substring 0 1 other == substring 0 1 name) names;

  # How many parts of a value, and how much of a text, a cursor is shown.
  fewNames = 8;
  someParts = 12;
  someText = 600;

  first = most: list: if length list <= most then list else genList (elemAt list) most;

  orNothing = name: value: if value == null then { } else { ${name} = value; };
  text = value: if isString value then substring 0 someText value else null;
  # A description of an option or package is a text, or a set that holds one.
  prose = value: if isAttrs value then text (value.text or null) else text value;

  # A part of a list, as it is worth showing.
  element = value:
    let type = typeOf value; in
    if elem type [ "int" "float" "bool" "null" ] then value
    else if type == "string" then substring 0 80 value
    else "<${type}>";

  describe = position: value:
    let
      type = typeOf value;
      isDerivation = type == "set" && attempt (value.type or null) == "derivation";
      isOption = type == "set" && attempt (value._type or null) == "option";
    in
    { inherit type; }
    // orNothing "position" position
    // (
      if type == "set" then { count = length (attrNames value); names = first someParts (attrNames value); }
      else if type == "list" then { count = length value; elements = map (one: attempt (element one)) (first someParts value); }
      else if type == "string" then { value = substring 0 someText value; count = stringLength value; }
      else if type == "path" then { value = toString value; }
      else if elem type [ "int" "float" "bool" "null" ] then { inherit value; }
      else { }
    )
    // (if !isDerivation then { } else {
      derivation =
        orNothing "name" (attempt (text (value.name or null)))
        // orNothing "version" (attempt (text (value.version or null)))
        // orNothing "outputs" (attempt (let all = value.outputs or [ "out" ]; in deepSeq all (filter isString all)))
        // orNothing "description" (attempt (prose (value.meta.description or null)));
    })
    // (if !isOption then { } else {
      option =
        orNothing "type" (attempt (text (value.type.description or value.type.name or null)))
        // orNothing "description" (attempt (prose (value.description or null)))
        // orNothing "default" (attempt (prose (value.defaultText or null)));
    });

  # What is told of many attributes at once: names that any of the first few has, or each one's description.
  survey = ask: names: below:
    let
      looked = first fewNames names;
      attempts = map (name: { inherit name; value = let found = below name; in tryEval (deepSeq found found); }) looked;
      seen = filter (one: one.value.success) attempts;
      shown = one:
        if !one.value.success then encode { type = "failed"; }
        else if isAttrs one.value.value && one.value.value."!" or null == "error" then encode { type = "missing"; }
        else one.value.value;
    in
    if ask == "names" then
      mark "names" {
        value = attrNames (listToAttrs (concatMap
          (one: if isAttrs one.value.value && one.value.value ? value && isList one.value.value.value
            then map (name: { inherit name; value = null; }) one.value.value.value else [ ])
          seen));
      }
    else named [ "type" "count" "each" ] (field: {
      type = "each";
      count = length names;
      each = named (map (one: one.name) attempts) (name: shown (elemAt (filter (one: one.name == name) attempts) 0));
    }.${field});

  answer = question:
    let
      inherit (question) steps;
      count = length steps;
      forCursor = question.ask == "names" || question.ask == "describe";

      fault = kind: step: at: rest: mark "error" ({ inherit kind step at; } // rest);

      end = at: position: value:
        if question.ask == "describe" then encode (describe position value)
        else if question.ask != "names" then encode value
        else if isAttrs value then mark "names" { value = attrNames value; }
        else if isList value then mark "length" { value = length value; }
        else mark "names" { value = [ ]; };

      # position: where the attribute is defined that holds the value
      walk = index: at: position: value:
        if index == count then end at position value
        else
          let step = elemAt steps index; in
          if isList value then intoList step index at value
          else if isAttrs value then intoSet step index at value
          else fault "type" index at { type = typeOf value; };

      intoList = step: index: at: list:
        let
          size = length list;
          element = position: walk (index + 1) (at ++ [ (toString position) ]) null (elemAt list position);
          # Calls `found` with the position that a name stands for.
          withPosition = name: found:
            if match "0|-?[1-9][0-9]*" name == null then fault "index" index at { inherit name; }
            else if stringLength name > 18 then fault "range" index at { inherit name size; }
            else found (fromJSON name);
          strict = name: withPosition name (position:
            if position < 0 || position >= size then fault "range" index at { inherit name size; }
            else element position);
        in
        if step.type == "all" then
          if question.ask == "names" then survey "names" (builtins.genList toString size) (name: element (fromJSON name))
          else builtins.genList element size
        else if step.type == "str" then strict step.value
        else if step.type == "maybe" then
          withPosition step.value (position:
            if position < 0 then fault "range" index at { name = step.value; inherit size; }
            else if position >= size then [ ]
            else [ (element position) ])
        else if filter (entry: entry.type == "maybe") step.value != [ ] then fault "optional" index at { }
        else map (entry: strict entry.value) step.value;

      intoSet = step: index: at: set:
        let
          below = name: walk (index + 1) (at ++ [ name ]) (unsafeGetAttrPos name set) set.${name};
          missing = name: fault "missing" index at { inherit name; names = alike name (attrNames set); };
          strict = name: if set ? ${name} then below name else missing name;
          # A selection of attributes, which `toJSON` would collapse like any set.
          project = names:
            if forCursor then survey question.ask names strict
            else if typed && question.ask == "value" then named names strict
            else if typed then
              if elem "__toString" names || elem "outPath" names then mark "collapsed" { } else named names strict
            else if elem "__toString" names then
              if index + 1 < count then strict "__toString"
              else mark "string" { value = toString (listToAttrs (map (name: { inherit name; value = set.${name}; }) names)); }
            else if elem "outPath" names then mark "outPath" { value = strict "outPath"; }
            else named names strict;
        in
        if step.type == "all" then project (attrNames set)
        else if step.type == "str" then strict step.value
        else if step.type == "maybe" then project (if set ? ${step.value} then [ step.value ] else [ ])
        else project (map (entry: entry.value) (filter (entry: entry.type == "str" || set ? ${entry.value}) step.value));
    in
    walk 0 [ ] null root;

  report = question:
    let
      value = answer question;
      context = if realise then { context = getContext (toJSON value); } else { };
      whole = { inherit value; } // context;
      result = tryEval (deepSeq whole whole);
    in
    if !guard then whole
    else if result.success then result.value
    else { };
in
questions: map report questions
