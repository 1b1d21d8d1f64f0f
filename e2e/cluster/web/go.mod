module sluice.local/web

go 1.24
