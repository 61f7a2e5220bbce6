using DocExchange.Node;

var parsed = Verbs.Root().Parse(args);
var code = await parsed.InvokeAsync();
return parsed.Errors.Count > 0 && code != 0 ? 64 : code;
