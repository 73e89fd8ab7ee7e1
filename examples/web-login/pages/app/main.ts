import '../design.css'
