using DocExchange.Node;

var parsed = Verbs.Root().Parse(args);
return parsed.Errors.Count > 0 ? await parsed.InvokeAsync() is 0 ? 0 : 64 : await parsed.InvokeAsync();
